// A rule in the fields of its form and back: nothing is lost, and nothing is sent that does not belong to its kind.
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../api/errors';
import { makeRule } from '../../test/make';
import { bodyOf, emptyForm, formOf, problemsOf } from './ruleForm';

const FACT = makeRule({
  condition: { kind: 'account', expression: null, symbol: null, interval: null, fact: 'day_profit', comparison: '<=', value: '-500', occurrence: null },
  cool_down_seconds: 5_400,
  rearm_level: '-100',
  channels: ['websocket', 'webhook', 'log'],
  webhook_url: 'https://example.org/in',
});

describe('the body', () => {
  it('of a rule that was only looked at is that rule', () => {
    expect(bodyOf(formOf(FACT, 'ETH-USDT'))).toEqual({
      name: 'Oversold',
      severity: 'warning',
      condition: { kind: 'account', fact: 'day_profit', comparison: '<=', value: '-500' },
      repeat: 'every',
      cool_down_seconds: 5_400,
      rearm_level: '-100',
      enabled: true,
      channels: ['log', 'webhook'],
      email_to: [],
      webhook_url: 'https://example.org/in',
    });
  });

  it('has what belongs to the kind and to the channels, whatever else was typed', () => {
    const form = { ...formOf(FACT, 'ETH-USDT'), kind: 'occurrence' as const, ofSymbol: 'BTC-USDT', channels: ['email' as const], emailTo: 'a@example.org; b@example.org,' };
    const body = bodyOf(form);
    expect(body.condition).toEqual({ kind: 'occurrence', occurrence: 'order_rejected', symbol: 'BTC-USDT' });
    expect(body.rearm_level).toBeNull();
    expect(body.webhook_url).toBeNull();
    expect(body.email_to).toEqual(['a@example.org', 'b@example.org']);
  });

  it('counts the silence in seconds', () => {
    expect(bodyOf({ ...emptyForm('BTC-USDT'), coolDown: '4', coolDownUnit: 'h' }).cool_down_seconds).toBe(14_400);
    expect(bodyOf(emptyForm('BTC-USDT')).cool_down_seconds).toBe(0);
  });
});

it('shows a silence in the largest unit that it is whole in', () => {
  const shown = (seconds: number) => {
    const { coolDown, coolDownUnit } = formOf(makeRule({ cool_down_seconds: seconds }), '');
    return `${coolDown} ${coolDownUnit}`;
  };
  expect([90, 5_400, 7_200, 86_400].map(shown)).toEqual(['90 s', '90 min', '2 h', '1 d']);
});

describe('what was refused', () => {
  it('stands at the field of its name, also of one among several addresses', () => {
    const fault = new ApiError(400, 'VALIDATION_FAILED', 'No.', null, { 'condition.value': ['Too fine.'], 'email_to.1': ['No address.'] });
    expect(problemsOf(fault)).toEqual({ problems: { value: 'Too fine.', emailTo: 'No address.' }, isElsewhere: false });
  });

  it('stands at the expression when that is none', () => {
    expect(problemsOf(new ApiError(422, 'INVALID_EXPRESSION', 'Column 4: no such operator.')).problems).toEqual({ expression: 'Column 4: no such operator.' });
  });

  it('is elsewhere when it has no field', () => {
    expect(problemsOf(new ApiError(422, 'TOO_MANY_ALERTS', 'There are 200.'))).toEqual({ problems: {}, isElsewhere: true });
  });
});
