// A page whose part of the application does not come says so, and offers to load it anew.
import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { componentOf } from './routes';
import { show } from './test/render';

it('shows the page that came', async () => {
  const { Component } = await componentOf(() => Promise.resolve({ default: () => <h1>Jobs</h1> }));
  show(<Component />);
  expect(screen.getByRole('heading', { name: 'Jobs' })).toBeInTheDocument();
});

it('says that the page did not come', async () => {
  const { Component } = await componentOf(() => Promise.reject(new TypeError('Failed to fetch')));
  show(<Component />);
  expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('This page was not loaded');
  expect(screen.getByRole('button', { name: 'Try again' })).toBeInTheDocument();
});
