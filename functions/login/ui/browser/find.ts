// Finds elements of the page by kind and selector.

export const find = <T extends Element>(kind: new () => T, selector: string): T | undefined => {
  const found = document.querySelector(selector);
  return found instanceof kind ? found : undefined;
};

export const findAll = <T extends Element>(kind: new () => T, selector: string): readonly T[] =>
  [...document.querySelectorAll(selector)].filter((found): found is T => found instanceof kind);
