const PLACE = 'auto-image-gen.key';
const ENTRA = 'auto-image-gen.entra';

/** The key in a URL fragment (`#key=…`), and the fragment without it. */
export function takeKey(fragment: string): { key: string | null; rest: string } {
  const match = /^#\/?\??key=([^&]*)(?:&(.*))?$/.exec(fragment);
  if (match === null) return { key: null, rest: fragment };
  const rest = match[2] === undefined || match[2] === '' ? '' : `#${match[2]}`;
  return { key: decoded(match[1] ?? '').trim() || null, rest };
}

/** Move a key from the URL to browser storage, before other code reads the URL. */
export function adoptKey(location: Location, history: History, store: Storage): string | null {
  const { key, rest } = takeKey(location.hash);
  if (rest !== location.hash) history.replaceState(history.state, '', `${location.pathname}${location.search}${rest}`);
  if (key !== null) keepKey(store, key);
  return key ?? keptKey(store);
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
