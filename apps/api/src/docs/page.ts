import type { DialectDocument } from "./operation.ts";

/** A dialect's page; the document is drawn by the script, which finds it by the page's own address. */
export function dialectPage({ title }: DialectDocument): string {
  return page(
    title,
    '<link rel="stylesheet" href="/docs/ui/swagger-ui.css">',
    '<main id="ui"></main><script src="/docs/ui/swagger-ui-bundle.js"></script><script src="/docs/ui/start.js"></script>',
  );
}

/** Runs in the browser. A key that is typed in stays in the page. */
export const startScript = `SwaggerUIBundle({
  url: location.pathname.replace(/\\/$/, "") + "/openapi.json",
  dom_id: "#ui",
  deepLinking: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
});
`;

/** The list of the dialects. */
export function indexPage(documents: readonly DialectDocument[]): string {
  const items = documents.map(({ slug, title, description }) => {
    const json = `/docs/${slug}/openapi.json`;
    return `<li><h2><a href="/docs/${slug}">${escaped(title)}</a></h2><p>${prose(description)}</p><p><a href="${json}">OpenAPI 3.1</a></p></li>`;
  });
  const style =
    "<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem}ul{list-style:none;padding:0}</style>";
  return page(
    "Roster: the APIs",
    style,
    `<main><h1>Roster: the APIs</h1><p>All of them are doors to the same contacts. Use the one that your client was written for.</p><ul>${items.join("")}</ul></main>`,
  );
}

function page(title: string, head: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title><link rel="icon" href="data:,">${head}</head>
<body>${body}</body>
</html>
`;
}

/** A description, with its Markdown's code as code. */
function prose(text: string): string {
  return escaped(text).replace(/`([^`]+)`/g, "<code>$1</code>");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
