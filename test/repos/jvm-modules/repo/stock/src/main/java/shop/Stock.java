package shop;

class Stock { }
