// Where the application begins: the providers, and the routes within them.
import './styles/mantine.css';
import './styles/tokens.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { makeQueryClient } from './api/queryClient';
import { makeRouter } from './routes';
import { applyPalette } from './settings';
import { colorSchemeManager, theme } from './theme';
import { Toasts } from './ui/Toasts';

applyPalette();
const root = document.getElementById('root');
if (!root) throw new Error('The page has no element for the application.');

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
      deduplicateCssVariables={false}
    >
      <Toasts />
      <QueryClientProvider client={makeQueryClient()}>
        <RouterProvider router={makeRouter()} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
