import { expect, it } from 'vitest';
import { plainLabel } from './plain-label';

it.each([
  ['customer', 'Customer'],
  ['due_date', 'Due date'],
  ['customerName', 'Customer name'],
  ['orderID', 'Order ID'],
  ['URL', 'URL'],
  ['size-bytes', 'Size bytes'],
  ['Umsatz (EUR)', 'Umsatz (EUR)'],
  ['größe', 'Größe'],
  ['2026', '2026'],
  ['_', '_'],
  ['', ''],
])('%s is %s', (name, label) => {
  expect(plainLabel(name)).toBe(label);
});
