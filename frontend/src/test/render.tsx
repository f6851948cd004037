// Shows a part with everything around it that it needs: theme, cache, address, and a stream of the test's own.
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { render, type RenderResult } from '@testing-library/react';
import type { ReactElement } from 'react';
import { MemoryRouter } from 'react-router';
import { makeQueryClient } from '../api/queryClient';
import { StreamClient } from '../stream/client';
import { StreamProvider } from '../stream/StreamProvider';
import { theme } from '../theme';
import { FakeSocket } from './fakeSocket';

export interface Shown extends RenderResult {
  socket: FakeSocket;
}

export function show(part: ReactElement, path = '/'): Shown {
  const socket = new FakeSocket();
  const result = render(
    <MantineProvider theme={theme} withCssVariables={false} env="test">
      <Notifications />
      <QueryClientProvider client={makeQueryClient()}>
        <MemoryRouter initialEntries={[path]}>
          <StreamProvider account="default" connect={connectTo(socket)}>
            {part}
          </StreamProvider>
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { ...result, socket };
}

function connectTo(socket: FakeSocket): () => StreamClient {
  let client: StreamClient | null = null;
  return () => (client ??= new StreamClient(socket));
}
