import { testRule } from '../support/rule-fixtures.js';

testRule('wrong-release');
