import { testRule } from '../support/rule-fixtures.js';

testRule('reserved-wrapper');
