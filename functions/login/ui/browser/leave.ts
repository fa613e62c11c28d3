// Sends the form that leads on to the identity provider's own sign-out.
import { find } from './find.ts';

export const leave = (): void => find(HTMLFormElement, 'form[data-leaves]')?.submit();
