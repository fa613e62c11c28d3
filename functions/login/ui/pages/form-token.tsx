// The field by which a form shows that it was written for this very session.
import { FORM_TOKEN } from '../../paths/page-paths.ts';
import type { View } from '../view.ts';

export const FormToken = ({ view }: { view: View }) =>
  view.person && <input type="hidden" name={FORM_TOKEN} value={view.person.formToken} />;
