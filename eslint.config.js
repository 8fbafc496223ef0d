import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const ioredisInCore = {
  name: 'ioredis',
  message:
    'Only core speaks to ioredis. Import RedisClient from @reskue/core/protocol, or add what you need there.',
};
const nodeScheduleInOneFile = {
  name: 'node-schedule',
  message: 'node-schedule is unmaintained and stays behind one file, node-schedule.ts; import from that one.',
};
const noSources = {
  regex: '^(@reskue/[^/]+|reskue)/(src|dist)|/packages/[^/]+/src',
  message:
    'Import from a door (the package, or @reskue/core/protocol). If it lacks an export, add the export.',
};
const noJourneys = {
  regex: '^(\\.\\./)+(core|queue|worker|scheduler|plugins|multi-worker|cli|reskue|redis-server)/',
  message: 'Import siblings by their package name, so that the manifest and the layers know of it.',
};
const restricted = (...names) => ['error', { paths: names, patterns: [noSources, noJourneys] }];

const noInstanceof = {
  selector: "BinaryExpression[operator='instanceof'][right.name=/(Reskue|RedisServer)Error$/]",
  message:
    'Two copies of a package may be loaded. Recognise errors by code: isReskueError(error) && error.code === ...',
};

const tests = ['**/*.test.ts', '**/*.test-{d,kit}.ts', 'tests/**/*.ts'];

export default defineConfig(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/.turbo/**', 'coverage/**'] },
  js.configs.recommended,
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'URL',
          'Buffer',
          'performance',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
          'setImmediate',
          'queueMicrotask',
          'structuredClone',
          'AbortController',
          'AbortSignal',
          'fetch',
          'require',
          'module',
          '__dirname',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // node-resque's contract has async functions that await nothing, and interfaces that users extend.
      '@typescript-eslint/require-await': 'off',
      // `() => void` in a Promise-returning place is how `until` and event handlers are written.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
    },
  },
  {
    rules: {
      'max-lines': ['error', { max: 250 }],
      'no-restricted-imports': restricted(ioredisInCore, nodeScheduleInOneFile),
      'no-restricted-syntax': [
        'error',
        noInstanceof,
        {
          selector: 'ExportDefaultDeclaration',
          message: 'Name the export: what it is called must not depend on who imports it.',
        },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'prefer-const': ['error', { destructuring: 'all' }],
    },
  },
  {
    files: ['packages/core/src/**'],
    rules: { 'no-restricted-imports': restricted(nodeScheduleInOneFile) },
  },
  {
    files: ['**/node-schedule.ts'],
    rules: { 'no-restricted-imports': restricted(ioredisInCore) },
  },
  {
    files: [...tests, 'apps/**'],
    rules: { 'no-restricted-imports': restricted() },
  },
  {
    files: tests,
    rules: {
      'max-lines': ['error', { max: 400 }],
      'no-restricted-syntax': ['error', noInstanceof],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  {
    files: ['**/*.config.{ts,js}', '**/*.d.ts', 'scripts/*-reporter.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
);
