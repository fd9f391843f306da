/** The time zones that the browser knows, by their IANA names, and the current one even if it doesn't. */
export function timeZones(current = ''): string[] {
  // Browsers from before 2022 have no list.
  const zones = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : [];
  // Firefox and older versions of Chrome leave UTC out.
  const more = ['UTC', current].filter((zone) => zone !== '' && !zones.includes(zone));
  return [...zones, ...new Set(more)];
}
