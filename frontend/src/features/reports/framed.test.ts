// A report's page for a frame: its own style is taken out of it, and what a person wrote stays a text.
import { expect, it } from 'vitest';
import { takenApart } from './framed';

it('takes the style out of the page', () => {
  const apart = takenApart('<!doctype html>\n<html><head><title>T</title><style>p { color: red; }</style></head><body><p>Text</p></body></html>');
  expect(apart.css).toBe('p { color: red; }');
  expect(apart.page).toBe('<!doctype html>\n<html><head><title>T</title></head><body><p>Text</p></body></html>');
});

it('leaves a page without any as it is', () => {
  expect(takenApart('<p>&lt;style&gt;x&lt;/style&gt;</p>')).toEqual({ page: '<p>&lt;style&gt;x&lt;/style&gt;</p>', css: '' });
});
