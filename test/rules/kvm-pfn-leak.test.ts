import { testRule } from '../support/rule-fixtures.js';

testRule('kvm-pfn-leak');
