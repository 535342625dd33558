/** A server's address without a slash at the end. @throws Error when it is not an address */
export function serverAddress(url: string): string {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new Error(`“${url}” is not the address of a server. Write it as http://127.0.0.1:4400.`);
  }
  return url.replace(/\/+$/, "");
}
