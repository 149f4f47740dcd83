import { testRule } from '../support/rule-fixtures.js';

testRule('pin-without-longterm');
