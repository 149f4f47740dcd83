import { testRule } from '../support/rule-fixtures.js';

testRule('locked-page-left');
