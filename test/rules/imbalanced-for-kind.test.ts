import { testRule } from '../support/rule-fixtures.js';

testRule('imbalanced-for-kind');
