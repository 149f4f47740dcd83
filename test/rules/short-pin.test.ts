import { testRule } from '../support/rule-fixtures.js';

testRule('short-pin');
