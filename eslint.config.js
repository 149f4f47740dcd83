import tseslint from 'typescript-eslint';

/**
 * Type-aware linting. The strict set is the base; what is switched off here is either taken care of by the compiler
 * or would only ask for noise in code that reads foreign, half-written C.
 */
const rules = {
  '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
  '@typescript-eslint/no-import-type-side-effects': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  // Numbers and booleans in messages are plain; objects and undefined stay an error.
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  // noUncheckedIndexedAccess makes people write `!` where a bound was just checked; the reviewer judges those.
  '@typescript-eslint/no-non-null-assertion': 'off',
  // Loops that end by break or return are clearer with a constant condition.
  '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
  '@typescript-eslint/no-confusing-void-expression': [
    'error',
    { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
  ],
  // A name taken out of an object so that the rest is without it.
  '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
  eqeqeq: 'error',
  'no-console': 'error',
};

/** node:test returns promises that the runner itself waits for. */
const testRules = {
  '@typescript-eslint/no-floating-promises': [
    'error',
    { allowForKnownSafeCalls: [{ from: 'package', name: ['test', 'it', 'describe', 'suite'], package: 'node:test' }] },
  ],
  'no-console': 'off',
};

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', 'test/data/', 'test/e2e/artifacts/', 'sample/'] },
  {
    files: ['{shared,server,client,test}/**/*.{ts,cts}'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: [
          'shared/tsconfig.json',
          'server/tsconfig.json',
          'client/tsconfig.json',
          'test/tsconfig.json',
          'test/e2e/host/tsconfig.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules,
  },
  { files: ['test/**/*.{ts,cts}'], rules: testRules },
  {
    files: ['scripts/**/*.mjs', 'eslint.config.js'],
    languageOptions: { globals: { process: 'readonly' } },
    rules: { eqeqeq: 'error', 'no-undef': 'error', 'no-unused-vars': 'error' },
  },
);
