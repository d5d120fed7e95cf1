import { expect, it } from 'vitest';
import { currentItem, navigationFor } from './navigation';

it('shows operators home, their runs and what asks them, and no builder words', () => {
  const labels = navigationFor('operator', 'demo').flatMap((group) => group.items.map((item) => item.label));
  expect(labels).toEqual(['Home', 'My runs', 'Approvals']);
});

it('finds the place that a path belongs to', () => {
  const groups = navigationFor('developer', 'demo');
  expect(currentItem(groups, '/w/demo')?.id).toBe('home');
  expect(currentItem(groups, '/w/demo/runs/0198')?.id).toBe('runs');
  expect(currentItem(groups, '/w/demo/runsheet')).toBeNull();
  expect(currentItem(groups, '/account')).toBeNull();
});
