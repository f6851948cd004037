// The form of a rule: the expression is judged while it is written, refusals stand at their fields, and a secret is shown once.
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import type { Alert } from '../../api/types';
import { ACCOUNT, BTC, makeRule } from '../../test/make';
import { show } from '../../test/render';
import { answers, refusal, success } from '../../test/server';
import RuleDialog from './RuleDialog';

const VALIDATE = '/api/v1/expressions/validate/';
const CONDITION = { canonical: 'rsi(close, 14) < 30', hash: 'h', kind: 'condition', groups: [], parameters: [], is_cross_sectional: false, look_back_bars: 14, warm_up_bars: 140, fields: ['close'] };

function open(rule: Alert | null = null) {
  answers('get', '/api/v1/symbols/', () => success({ items: [BTC], next_cursor: null }));
  answers('post', VALIDATE, () => success(CONDITION));
  const onClose = vi.fn();
  show(<RuleDialog account={ACCOUNT} rule={rule} onClose={onClose} />);
  return { user: userEvent.setup(), onClose };
}

const expression = () => screen.getByRole('textbox', { name: /^Expression/ });
const verdict = () => screen.getByRole('status', { name: 'What the expression is' });

it('says what the expression is while it is written', async () => {
  const { user } = open();
  let asked: unknown = null;
  answers('post', VALIDATE, async (request) => {
    asked = await request.json();
    return success(CONDITION);
  });
  await user.type(expression(), 'rsi(close, 14) < 30');
  await waitFor(() => expect(verdict()).toHaveTextContent('✓ A condition over close; settled after 140 bars'));
  expect(asked).toEqual({ expression: 'rsi(close, 14) < 30', parameters: {} });
});

it.each([
  ['no expression', () => refusal(422, 'INVALID_EXPRESSION', 'Column 5: a number is missing.'), 'Column 5: a number is missing.'],
  ['a series', () => success({ ...CONDITION, kind: 'series' }), 'It is a series; a rule needs a condition'],
  ['about all symbols', () => success({ ...CONDITION, is_cross_sectional: true }), 'It looks across symbols; a rule watches one.'],
])('says why it will not do when it is %s', async (_, answer, words) => {
  const { user } = open();
  answers('post', VALIDATE, answer);
  await user.type(expression(), 'close');
  await waitFor(() => expect(verdict()).toHaveTextContent(words));
});

it('makes a rule, and shows the secret of its webhook once', async () => {
  let body: unknown = null;
  answers('post', '/api/v1/alerts/', async (request) => {
    body = await request.json();
    expect(request.headers.get('X-Account')).toBe('default');
    expect(request.headers.get('Idempotency-Key')).toBeTruthy();
    return success({ ...makeRule(), webhook_secret: 'whsec-1' }, 201);
  });
  const { user, onClose } = open();
  await user.type(screen.getByRole('textbox', { name: /^Name/ }), 'Oversold');
  await user.type(expression(), 'close < 5');
  await user.type(screen.getByRole('textbox', { name: 'Then silent for' }), '2');
  await user.click(screen.getByRole('checkbox', { name: 'Webhook' }));
  await user.type(screen.getByRole('textbox', { name: 'Address of the webhook' }), 'https://example.org/in');
  await user.click(screen.getByRole('button', { name: 'Make the rule' }));
  expect(await screen.findByTestId('webhook-secret')).toHaveTextContent('whsec-1');
  expect(body).toEqual({
    name: 'Oversold',
    severity: 'warning',
    condition: { kind: 'expression', expression: 'close < 5', symbol: 'BTC-USDT', interval: '1m' },
    repeat: 'every',
    cool_down_seconds: 120,
    rearm_level: null,
    enabled: true,
    channels: ['webhook'],
    email_to: [],
    webhook_url: 'https://example.org/in',
  });
  expect(onClose).not.toHaveBeenCalled();
  await user.click(screen.getByRole('button', { name: 'I have it' }));
  expect(onClose).toHaveBeenCalled();
});

it('has the fields of the account and of occurrences', async () => {
  const { user } = open();
  await user.click(screen.getByText('The account'));
  expect(screen.getByRole('textbox', { name: /^Value, %/ })).toBeInTheDocument();
  await user.selectOptions(screen.getByRole('combobox', { name: 'Number of the account' }), 'equity');
  expect(screen.getByRole('textbox', { name: /^Value, USDT/ })).toBeInTheDocument();
  await user.click(screen.getByText('An occurrence'));
  expect(screen.getByRole('combobox', { name: 'What happens' })).toHaveValue('order_rejected');
  expect(screen.queryByRole('textbox', { name: 'Again once back over' })).toBeNull();
});

it('changes a rule as a whole, with refusals at their fields until they are changed', async () => {
  answers('put', '/api/v1/alerts/rule-1/', () => refusal(400, 'VALIDATION_FAILED', 'rearm_level: Must lie at or above.', { rearm_level: ['Must lie at or above.'] }));
  const { user, onClose } = open(makeRule());
  expect(expression()).toHaveValue('rsi(close, 14) < 30');
  const level = screen.getByRole('textbox', { name: 'Again once back over' });
  await user.type(level, '20');
  await user.click(screen.getByRole('button', { name: 'Change the rule' }));
  expect(await screen.findByText('Must lie at or above.')).toBeInTheDocument();
  expect(level).toBeInvalid();
  answers('put', '/api/v1/alerts/rule-1/', () => success({ ...makeRule(), webhook_secret: null }));
  await user.clear(level);
  expect(screen.queryByText('Must lie at or above.')).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Change the rule' }));
  await waitFor(() => expect(onClose).toHaveBeenCalled());
});

it('does not send a silence that is no number', async () => {
  const { user } = open(makeRule());
  await user.type(screen.getByRole('textbox', { name: 'Then silent for' }), 'soon');
  await user.click(screen.getByRole('button', { name: 'Change the rule' }));
  expect(within(screen.getByRole('group', { name: 'Tells' })).getByText('Must be a whole number.')).toBeInTheDocument();
});
