const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * A value that doesn't reorder the message around it: text with letters of a right-to-left script is put between the
 * characters First Strong Isolate and Pop Directional Isolate.
 */
export const isolated = (value) =>
  typeof value === 'string' && RIGHT_TO_LEFT.test(value) ? `\u2068${value}\u2069` : value;
