import { describe, expect, it } from 'vitest';
import { asksFor } from '../../../src/lib/text/query';

describe('a query', () => {
  it('asks for a value of a field in each form that the API accepts', () => {
    const asking = ['is:missing', 'fox IS:"missing"', '(is:missing OR fox)', 'is:missing fox'];
    const others = ['-is:missing', 'NOT is:missing', 'is:missingno', 'missing', '"is:missing fox"', ''];

    expect(asking.filter((q) => !asksFor(q, 'is', 'missing'))).toEqual([]);
    expect(others.filter((q) => asksFor(q, 'is', 'missing'))).toEqual([]);
  });
});
