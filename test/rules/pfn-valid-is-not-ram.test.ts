import { testRule } from '../support/rule-fixtures.js';

testRule('pfn-valid-is-not-ram');
