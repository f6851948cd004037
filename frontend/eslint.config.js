import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const features = [
  'dashboard', 'services', 'trading', 'risk', 'strategies', 'alerts', 'reports', 'accounts', 'backtests', 'sweeps', 'factors', 'analyses', 'jobs', 'parity', 'data', 'system',
];

// A page may use what is shared, and never another page.
const featureWalls = features.map((feature) => ({
  files: [`src/features/${feature}/**`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: features
          .filter((other) => other !== feature)
          .map((other) => ({ group: [`**/features/${other}/**`, `../${other}/**`], message: 'Features never import each other.' })),
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'src/api/schema.d.ts', 'public', 'test-results'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['eslint.config.js'] }, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-console': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  { files: ['src/{api,stream,ui}/**'], rules: { 'no-restricted-imports': ['error', { patterns: ['**/features/**'] }] } },
  ...featureWalls,
  // Playwright's fixtures are given a function called `use`, which is no hook; speed is told by printing it.
  { files: ['e2e/**'], rules: { 'react-hooks/rules-of-hooks': 'off', 'no-console': 'off' } },
  { files: ['scripts/**', '**/*.js'], extends: [tseslint.configs.disableTypeChecked], rules: { 'no-console': 'off' } },
);
