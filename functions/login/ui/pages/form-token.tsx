// The hidden field with the CSRF token of the session.
import { FORM_TOKEN } from '../../paths/page-paths.ts';
import type { View } from '../view.ts';

export const FormToken = ({ view }: { view: View }) =>
  view.person && <input type="hidden" name={FORM_TOKEN} value={view.person.formToken} />;
