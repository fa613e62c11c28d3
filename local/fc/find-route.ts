// Which function a path of the custom domain belongs to: the exact route first, then the longest wildcard.
import type { Route } from './read-deployment.ts';

function matches(route: Route, path: string): boolean {
  return route.path.endsWith('*') ? path.startsWith(route.path.slice(0, -1)) : route.path === path;
}

export function findRoute(routes: readonly Route[], path: string): Route | undefined {
  const exact = routes.find((route) => route.path === path);
  if (exact !== undefined) return exact;
  return routes
    .filter((route) => matches(route, path))
    .reduce<Route | undefined>(
      (best, route) => (best === undefined || route.path.length > best.path.length ? route : best),
      undefined,
    );
}
