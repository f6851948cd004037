// What is offered at a place of an expression, and what taking it makes of the text.
import { describe, expect, it } from 'vitest';
import { LANGUAGE } from '../../test/research';
import { callAt, completed, mended, mistakeAt, parametersIn, placeText, suggestionsFor, wordAt } from './language';

it('finds the letters round the caret, parameters with their point', () => {
  expect(wordAt('ema(clo, 5)', 7)).toEqual({ start: 4, end: 7, typed: 'clo' });
  expect(wordAt('x > p.fa', 8).typed).toBe('p.fa');
  expect(wordAt('ema(', 4).typed).toBe('');
});

it('knows which place of which operator is being filled', () => {
  const text = 'cross_above(ema(close, 5), (high + low) / 2)';
  expect(callAt(text, text.indexOf('5'))).toEqual({ name: 'ema', place: 1 });
  expect(callAt(text, text.indexOf('high'))).toEqual({ name: 'cross_above', place: 1 });
  expect(callAt(text, 0)).toBeNull();
});

it('offers what begins with the letters first, then what has them in it, and no sign', () => {
  expect(suggestionsFor('em', LANGUAGE, []).map(({ text }) => text)).toEqual(['ema']);
  expect(suggestionsFor('ma', LANGUAGE, []).map(({ text }) => text)).toEqual(['ema', 'sma']);
  expect(suggestionsFor('p.', LANGUAGE, ['fast', 'slow']).map(({ text }) => text)).toEqual(['p.fast', 'p.slow']);
  expect(suggestionsFor('', LANGUAGE, [])).toEqual([]);
});

it('offers for a word that is whole those alone that go on from it', () => {
  const language = { ...LANGUAGE, fields: ['low', 'flow', 'low_volume'] };
  expect(suggestionsFor('lo', language, []).map(({ text }) => text)).toEqual(['low', 'low_volume', 'flow']);
  expect(suggestionsFor('low', language, []).map(({ text }) => text)).toEqual(['low', 'low_volume']);
});

it('says the line as well where there are several', () => {
  expect(placeText('close > emaa', 9)).toBe('Column 9');
  expect(placeText('ema(\n  close,\n  2.5\n)', 17)).toBe('Line 3, column 3');
  expect(placeText('close >\n', 7)).toBe('Column 7');
});

describe('taking a completion', () => {
  const take = (text: string, caret: number, name: string) => {
    const chosen = suggestionsFor(wordAt(text, caret).typed, LANGUAGE, []).find((each) => each.text === name);
    if (!chosen) throw new Error(`${name} is not offered.`);
    return completed(text, caret, chosen, LANGUAGE.operators.find((each) => each.name === name));
  };

  it('puts the caret into the brackets of an operator', () => {
    expect(take('1 + em', 6, 'ema')).toEqual({ text: '1 + ema()', caret: 8 });
  });

  it('goes past the brackets of one that has no places', () => {
    expect(take('true', 4, 'true_range')).toEqual({ text: 'true_range()', caret: 12 });
  });

  it('keeps the bracket that is there already', () => {
    expect(take('em(close, 5)', 2, 'ema')).toEqual({ text: 'ema(close, 5)', caret: 4 });
  });

  it('writes a column without brackets', () => {
    expect(take('clo > 5', 3, 'close')).toEqual({ text: 'close > 5', caret: 5 });
  });
});

it('marks the word of a mistake, and the place after the end where something is missing', () => {
  expect(mistakeAt('close > emaa(close, 5)', 9)).toEqual({ start: 8, end: 12 });
  expect(mistakeAt('ema(close', 10)).toEqual({ start: 9, end: 9 });
});

it('mends a word at its column', () => {
  expect(mended('close > emaa(close, 5)', 9, 'ema')).toBe('close > ema(close, 5)');
});

it('lists parameters once, in the order in which they are met', () => {
  expect(parametersIn(['ema(close, p.slow) > ema(close, p.fast)', 'p.slow > 1', 'sharp.edge'])).toEqual(['slow', 'fast']);
});
