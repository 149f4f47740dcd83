import { testRule } from '../support/rule-fixtures.js';

testRule('memmap-not-online');
