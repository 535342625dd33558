import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { type Request, type Response, Router } from "express";
import helmet from "helmet";
import manifest from "../../package.json" with { type: "json" };
import { dialectDocuments } from "./catalog.ts";
import { openapiDocument } from "./openapi.ts";
import { dialectPage, indexPage, startScript } from "./page.ts";

/** Swagger UI sets styles by script, and its icons are in its style sheet. Nothing comes from another host. */
const securityPolicy = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", "data:"],
    objectSrc: ["'none'"],
    baseUri: ["'self'"],
    formAction: ["'self'"],
    frameAncestors: ["'self'"],
  },
});

const swaggerUi = dirname(fileURLToPath(import.meta.resolve("swagger-ui-dist/package.json")));
const dayMs = 24 * 60 * 60 * 1000;

/** The dialects' documents, as pages and as OpenAPI. To be mounted at /docs; needs no key. */
export function docsRoutes(): Router {
  const router = Router();
  router.use(securityPolicy);

  router.get("/", (_req: Request, res: Response) => {
    res.type("html").send(indexPage(dialectDocuments));
  });

  for (const file of ["swagger-ui.css", "swagger-ui-bundle.js"]) {
    router.get(`/ui/${file}`, (_req: Request, res: Response) => {
      res.sendFile(file, { root: swaggerUi, maxAge: dayMs });
    });
  }
  router.get("/ui/start.js", (_req: Request, res: Response) => {
    res.type("js").send(startScript);
  });

  for (const document of dialectDocuments) {
    // Made when it is first asked for: most processes never are.
    let json: string | undefined;
    router.get(`/${document.slug}/openapi.json`, (_req: Request, res: Response) => {
      json ??= JSON.stringify(openapiDocument(document, manifest.version));
      res.type("json").send(json);
    });
    router.get(`/${document.slug}`, (_req: Request, res: Response) => {
      res.type("html").send(dialectPage(document));
    });
  }
  return router;
}
