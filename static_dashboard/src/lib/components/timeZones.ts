/** The time zones that the browser knows, by their IANA names. */
export function timeZones(): string[] {
  const zones = Intl.supportedValuesOf('timeZone');
  return zones.includes('UTC') ? zones : [...zones, 'UTC']; // Firefox and older versions of Chrome leave it out
}
