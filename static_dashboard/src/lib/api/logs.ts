import { errorFrom, Unreachable } from './errors';

/** The latest lines of one component's log, oldest first. */
export interface ComponentLog {
  id: string;
  lines: string[];
}

/** The path of the components' logs; null where the page can't read them, as in Azure. */
export async function logsPath(): Promise<string | null> {
  try {
    const found: unknown = await (await fetch('./config.json')).json();
    return isRecord(found) && typeof found['logs'] === 'string' ? found['logs'] : null;
  } catch {
    return null;
  }
}

/** The logs at this path, for an administrator's key; throws the errors of the API's client. */
export async function readLogs(path: string, key: string | null): Promise<ComponentLog[]> {
  let response: Response;
  try {
    const headers: Record<string, string> = key === null ? {} : { Authorization: `Bearer ${key}` };
    response = await fetch(path, { headers, cache: 'no-store' });
  } catch {
    throw new Unreachable();
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw errorFrom(response.status, body);
  return isRecord(body) && Array.isArray(body['items']) ? (body['items'] as ComponentLog[]) : [];
}

/** The lines that contain the text, in any case; all lines for an empty text. */
export function matching(lines: readonly string[], text: string): readonly string[] {
  const wanted = text.trim().toLowerCase();
  return wanted === '' ? lines : lines.filter((line) => line.toLowerCase().includes(wanted));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
