/** Loads from the web, and from nowhere else where a spec may not. */
import { lookup } from "node:dns/promises";
import { type Access, checkHost } from "./access.ts";

/** The most redirects that are followed, as in browsers. */
const MAX_REDIRECTS = 20;

/** The statuses that send somewhere else; RFC 9110, 15.4. */
const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * Fetches a URL as a spec may: one whose host is not allowed by name must be at a public address.
 * Each redirect is checked like the first URL.
 *
 * @param url What is loaded.
 * @param access What may be loaded.
 * @param options Those of `fetch`.
 * @returns A response whose body has arrived.
 * @throws {Error} If it may not be loaded, or cannot be.
 */
export async function fetchWithin(
  url: string,
  access: Access,
  options: RequestInit = {},
): Promise<Response> {
  let target = new URL(url);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const isNamed = checkHost(target, access);
    const address = isNamed ? undefined : await publicAddress(target);
    using client = address === undefined ? undefined : clientOf(target, address);
    const response = await fetch(target, { ...options, redirect: "manual", client });
    const { status, statusText, headers } = response;
    const location = REDIRECTS.includes(status) ? headers.get("location") : null;
    const body = await response.arrayBuffer();
    if (location === null) {
      // Such a status cannot have a body.
      return new Response([204, 205, 304].includes(status) ? null : body, { status, statusText });
    }
    target = new URL(location, target);
  }
  throw new Error(`'${url}' is redirected more than ${MAX_REDIRECTS} times`);
}

/** The address of a host, all of whose addresses must be public. */
async function publicAddress({ href, hostname }: URL): Promise<string> {
  const { default: ipaddr } = await import("ipaddr.js");
  const name = hostname.replace(/^\[|\]$/g, "");
  const addresses = ipaddr.isValid(name)
    ? [name]
    : (await lookup(name, { all: true })).map(({ address }) => address);
  for (const address of addresses) {
    // An IPv4 address within an IPv6 one counts as what it is; what carries one otherwise
    // (6to4, Teredo, NAT64) has a range of its own.
    const range = ipaddr.process(address).range();
    if (range === "unicast") continue;
    throw new Error(
      `a spec from the web may load public addresses alone: '${href}' is at ${address} ` +
        `(${range}); 'resources.allow' may name its host`,
    );
  }
  return addresses[0];
}

/**
 * A client that connects to the address that was looked at, not to what the host's name may lead
 * to a moment later. With https a server must prove its name, so the name is as good.
 */
function clientOf({ protocol, port }: URL, hostname: string): Deno.HttpClient | undefined {
  if (protocol === "https:") return undefined;
  return Deno.createHttpClient({
    proxy: { transport: "tcp", hostname, port: Number(port || 80) },
  });
}
