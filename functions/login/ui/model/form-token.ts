// The name of the hidden field by which a form shows that it was written for this very session.

export const FORM_TOKEN = 'form_token';
