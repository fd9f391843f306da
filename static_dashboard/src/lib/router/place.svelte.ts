import { format, parse, type Route } from './route';

/** The one current route, kept in step with the address. */
class Place {
  route = $state.raw<Route>(parse(''));

  /** Reads the address now and whenever it changes; before that, nothing looks at it. */
  follow(): void {
    this.read();
    window.addEventListener('hashchange', () => this.read());
    window.addEventListener('popstate', () => this.read());
  }

  /** Goes to a route; `replace` leaves no trace in the history, `over` marks what lies above the page. */
  go(route: Route, { replace = false, over = false } = {}): void {
    const fragment = format(route);
    if (fragment === location.hash) return;
    if (replace) history.replaceState(history.state, '', fragment);
    else history.pushState({ over }, '', fragment);
    this.route = route;
  }

  /** Leaves what lies above the page: back to where it was opened, or to `otherwise` if by a link. */
  back(otherwise: Route): void {
    if ((history.state as { over?: boolean } | null)?.over === true) history.back();
    else this.go(otherwise, { replace: true });
  }

  private read(): void {
    const route = parse(location.hash);
    if (format(route) !== format(this.route)) this.route = route;
  }
}

export const place = new Place();
