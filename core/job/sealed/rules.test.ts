import { describe, expect, test } from 'vitest';
import { plainValue } from './model';
import { hiddenOf, shownValue, withHiddenArgs } from './rules';

describe('what may be shown', () => {
  test('secrets are masked wherever they stand, short ones too', () => {
    const value = { url: 'https://u:pw1@host/', list: ['pw1', 'long-secret-77', 5], 'long-secret-77': true };
    expect(shownValue(value, ['pw1', 'long-secret-77'])).toEqual({
      url: 'https://u:*****@host/',
      list: ['*****', '*****', 5],
      '*****': true,
    });
    expect(shownValue('anything', [''])).toBe('anything');
  });

  test('a longer secret goes before a part of it', () => {
    expect(shownValue('abcdef', ['abc', 'abcdef'])).toBe('*****');
  });
});

describe('what is hidden', () => {
  test('nothing, where both worlds are the same', () => {
    expect(hiddenOf(plainValue('{"a":1}'), ['secret-1'])).toBeNull();
  });

  test('texts that were made of secrets are masked as well, those that contain one are not said twice', () => {
    const json = '{"head":"Bearer *****","half":"*****","same":"public-text"}';
    const trueJson = '{"head":"Bearer secret-1234","half":"1234-derived","same":"public-text"}';
    expect(hiddenOf({ json, trueJson }, ['secret-1234'])).toEqual({
      json: trueJson,
      secrets: ['secret-1234', '1234-derived'],
    });
  });
});

describe('arguments given for another run', () => {
  const old = { json: '{"token":"*****","n":1}', trueJson: '{"token":"secret-1","n":1}' };

  test('what was left as it was shown means what it was', () => {
    const given = '{"n":12345678901234567890,"token":"*****"}';
    expect(withHiddenArgs(given, old)).toEqual({
      json: given,
      trueJson: '{"n":12345678901234567890,"token":"secret-1"}',
    });
  });

  test('what was typed is what it says; what is missing stays away', () => {
    expect(withHiddenArgs('{"token":"typed"}', old)).toEqual(plainValue('{"token":"typed"}'));
    expect(withHiddenArgs('{"other":"*****"}', old)).toEqual(plainValue('{"other":"*****"}'));
    expect(withHiddenArgs('{}', old)).toEqual(plainValue('{}'));
  });
});
