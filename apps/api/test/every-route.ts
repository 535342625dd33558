import type { Router } from "express";

/** A route as it was declared, with the paths that it is mounted at in front of its own: `GET /v1/jobs/:id`. */
export type Route = { method: string; path: string };

/** What Express keeps of a handler; its own types leave out the path under which it was mounted. */
type Layer = {
  rawPath: string | string[];
  handle: { stack?: Layer[] };
  route?: { path: string | string[]; stack: { method: string }[] };
};

/** Every route below a router, read from the router itself, so that a new one is there without being listed anywhere. */
export function everyRoute(router: Router, prefix = ""): Route[] {
  return routesOf((router as unknown as { stack: Layer[] }).stack, prefix);
}

function routesOf(layers: readonly Layer[], prefix: string): Route[] {
  return layers.flatMap(({ rawPath, handle, route }) => {
    if (route !== undefined) {
      return paths(route.path).flatMap((path) =>
        route.stack.map(({ method }) => ({ method: method.toUpperCase(), path: joined(prefix, path) })),
      );
    }
    const { stack } = handle;
    if (stack === undefined) return [];
    return paths(rawPath).flatMap((path) => routesOf(stack, joined(prefix, path)));
  });
}

function paths(path: string | string[]): string[] {
  return Array.isArray(path) ? path : [path];
}

function joined(prefix: string, path: string): string {
  return path === "/" ? prefix : prefix + path;
}
