const PLACE = 'auto-image-gen.key';
const ENTRA = 'auto-image-gen.entra';
const PARAMETER = /(^#\/?\??|[?&])(key|sign-in)=([^&#]*)(&?)/;

/** What a link contains for signing in: an API key, or a one-time code of the local run. */
export interface SignInLink {
  key: string | null;
  code: string | null;
}

/** The key and the one-time code anywhere in a fragment or query string, and the text without them. */
export function takeSecrets(text: string): SignInLink & { rest: string } {
  const found: SignInLink = { key: null, code: null };
  let rest = text;
  for (let match = PARAMETER.exec(rest); match !== null; match = PARAMETER.exec(rest)) {
    const [whole, start = '', name, value = '', more] = match;
    const after = rest.slice(match.index + whole.length);
    const lead = start.startsWith('#') ? '#' : start;
    rest = rest.slice(0, match.index) + (more === '' || after === '' ? after : lead + after);
    const secret = decoded(value).trim() || null;
    if (name === 'key') found.key ??= secret;
    else found.code ??= secret;
  }
  return { ...found, rest };
}

/** Take the secrets out of the URL, before other code reads it; null if it contains none. */
export function takeLink(location: Location, history: History): SignInLink | null {
  const { rest: search, ...sent } = takeSecrets(location.search);
  const { rest: hash, ...own } = takeSecrets(location.hash);
  if (search === location.search && hash === location.hash) return null;
  history.replaceState(history.state, '', `${location.pathname}${search}${hash}`);
  return { key: own.key ?? sent.key, code: own.code ?? sent.code };
}

/** Exchange the one-time code of a local run for the API key; null if it was used or has expired. */
export async function redeem(code: string, page: string): Promise<string | null> {
  const response = await fetch(new URL('local/sign-in', page), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ code }),
    cache: 'no-store',
  });
  if (!response.ok) return null;
  const body: unknown = await response.json();
  return typeof body === 'object' && body !== null && 'key' in body && typeof body.key === 'string' ? body.key : null;
}

export function keptKey(store: Storage): string | null {
  try {
    return store.getItem(PLACE);
  } catch {
    return null; // a browser may forbid storage; the key then lasts as long as the page
  }
}

export function keepKey(store: Storage, key: string | null): void {
  try {
    if (key === null) store.removeItem(PLACE);
    else store.setItem(PLACE, key);
  } catch {
    // see keptKey
  }
}

/** Whether sign-in with Microsoft Entra ID is used in this browser; its library is loaded only then. */
export function keptEntra(store: Storage): boolean {
  try {
    return store.getItem(ENTRA) === 'yes';
  } catch {
    return false;
  }
}

export function keepEntra(store: Storage, yes: boolean): void {
  try {
    if (yes) store.setItem(ENTRA, 'yes');
    else store.removeItem(ENTRA);
  } catch {
    // see keptKey
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
