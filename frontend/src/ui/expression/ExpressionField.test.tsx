// The field of an expression: mistakes explained and mended, completion by keyboard, help for the operator at hand.
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { beforeEach, expect, it, vi } from 'vitest';
import { LANGUAGE } from '../../test/research';
import { show } from '../../test/render';
import { answers, refusal, success } from '../../test/server';
import { ExpressionField } from './ExpressionField';

const PARSED = { canonical: '', hash: 'h', kind: 'condition', fields: ['close'], groups: [], parameters: [], is_cross_sectional: false, look_back_bars: 5, warm_up_bars: 55 };

beforeEach(() => {
  answers('get', '/api/v1/factors/operators/', () => success(LANGUAGE));
  answers('post', '/api/v1/expressions/validate/', async (request) => {
    const { expression, parameters } = (await request.json()) as { expression: string; parameters?: Record<string, number> };
    const at = expression.indexOf('emaa');
    if (at >= 0) {
      const message = "There is no operator 'emaa'. Did you mean ema?";
      return refusal(422, 'INVALID_EXPRESSION', message, { expression: [message], column: at + 1, suggestion: 'ema' });
    }
    if (parameters?.n === 0) return refusal(422, 'INVALID_EXPRESSION', 'A window is 1 bar at least.', { expression: ['A window is 1 bar at least.'], column: 12 });
    return success({ ...PARSED, kind: expression.includes('>') ? 'condition' : 'series', parameters: expression.includes('p.n') ? ['n'] : [] });
  });
});

function Field({ initial = '', values }: { initial?: string; values?: Record<string, number> }) {
  const [text, setText] = useState(initial);
  return <ExpressionField label="Buy when" wants="condition" value={text} onChange={setText} parameters={['n']} {...(values ? { values } : {})} />;
}

it('marks a mistake at its column, says what it is, and mends it', async () => {
  const user = userEvent.setup();
  show(<Field initial="close > emaa(close, 5)" />);
  expect(await screen.findByText(/Column 9: There is no operator 'emaa'/)).toBeInTheDocument();
  expect(screen.getByTestId('mistake')).toHaveTextContent('emaa');
  const field = screen.getByRole('textbox', { name: 'Buy when' });
  expect(field).toBeInvalid();
  await user.click(screen.getByRole('button', { name: 'Use ema' }));
  expect(field).toHaveValue('close > ema(close, 5)');
  expect(await screen.findByText(/Yes or no for each bar, settled after 55 bars/)).toBeInTheDocument();
  expect(field).toBeValid();
});

it('completes by keyboard, and explains the operator that is being filled', async () => {
  const user = userEvent.setup();
  show(<Field />);
  const field = screen.getByRole('textbox', { name: 'Buy when' });
  await waitFor(async () => {
    await user.clear(field);
    await user.type(field, 'ma');
    expect(screen.getAllByRole('option')).toHaveLength(2);
  });
  await user.keyboard('{ArrowDown}');
  expect(screen.getByRole('option', { selected: true })).toHaveTextContent('sma');
  expect(field).toHaveAttribute('aria-activedescendant', screen.getByRole('option', { selected: true }).id);
  await user.keyboard('{Enter}');
  expect(field).toHaveValue('sma()');
  expect(screen.queryByRole('listbox')).not.toBeInTheDocument();
  await user.keyboard('close, ');
  const help = screen.getByRole('note', { name: 'About sma' });
  expect(help).toHaveTextContent('Simple moving average.');
  expect(within(help).getByText('n', { selector: 'code' })).toBeInTheDocument();
});

it('closes its list on Escape and keeps what was typed', async () => {
  const user = userEvent.setup();
  show(<Field />);
  const field = screen.getByRole('textbox', { name: 'Buy when' });
  await waitFor(async () => {
    await user.clear(field);
    await user.type(field, 'em');
    expect(screen.getByRole('listbox')).toBeInTheDocument();
  });
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('listbox')).not.toBeInTheDocument();
  expect(field).toHaveValue('em');
});

it('offers all there is when it is asked without a letter', async () => {
  const user = userEvent.setup();
  show(<Field />);
  await user.click(screen.getByRole('textbox', { name: 'Buy when' }));
  await waitFor(async () => {
    await user.keyboard('{Control>} {/Control}');
    expect(screen.getAllByRole('option').map((each) => each.textContent)).toContain('p.nA parameter.');
  });
  await user.keyboard('{Enter}');
  expect(screen.getByRole('textbox', { name: 'Buy when' })).toHaveValue('open');
});

it('says so when it is a number and has to be a condition', async () => {
  show(<Field initial="close - 1" />);
  expect(await screen.findByText(/A number for each bar; this needs a condition/)).toBeInTheDocument();
  expect(screen.getByRole('textbox', { name: 'Buy when' })).toBeInvalid();
});

it('checks the values of parameters as soon as each has one', async () => {
  show(<Field initial="close > ema(close, p.n)" values={{ n: 0 }} />);
  expect(await screen.findByText(/A window is 1 bar at least/)).toBeInTheDocument();
});

it('keeps in sight what is being filled while it offers a word for it', async () => {
  const user = userEvent.setup();
  show(<Field initial="close > ema()" />);
  const field = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Buy when' });
  await waitFor(async () => {
    field.setSelectionRange(12, 12);
    await user.type(field, 'clo', { initialSelectionStart: 12, initialSelectionEnd: field.value.length - 1 });
    expect(screen.getByRole('listbox')).toBeInTheDocument();
  });
  expect(screen.getByRole('listbox').parentElement).toHaveTextContent('ema(x, n) · now x');
});

it('checks once more by itself when there was no answer', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  let asked = 0;
  answers('post', '/api/v1/expressions/validate/', () => {
    asked += 1;
    return asked === 1 ? refusal(503, 'UNAVAILABLE', 'Starting.') : success(PARSED);
  });
  show(<Field initial="close > open" />);
  expect(await screen.findByText('It cannot be checked now.')).toBeInTheDocument();
  await vi.advanceTimersByTimeAsync(4_500);
  expect(await screen.findByText(/Yes or no for each bar/)).toBeInTheDocument();
  vi.useRealTimers();
});
