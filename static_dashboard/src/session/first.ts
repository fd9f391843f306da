import { adoptKey } from './key';

/** The key from the address or from an earlier visit. */
export const key = adoptKey(location, history, localStorage);
