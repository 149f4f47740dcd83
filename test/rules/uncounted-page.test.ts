import { testRule } from '../support/rule-fixtures.js';

testRule('uncounted-page');
