// A page that answers a form would be asked for by sending the form again, which browsers refuse or ask about. It takes the
// address of a page that can be asked for, for whoever comes back or reloads.

export function settleAddress(): void {
  const { address } = document.documentElement.dataset;
  if (address !== undefined) history.replaceState(null, '', address);
}
