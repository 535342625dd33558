/** How a person calls this command line, for help texts and advice. */
export const run = "npm run --silent roster --";
