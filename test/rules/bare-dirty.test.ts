import { testRule } from '../support/rule-fixtures.js';

testRule('bare-dirty');
