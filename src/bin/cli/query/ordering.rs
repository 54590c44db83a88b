//! `<`, `<=`, `>` and `>=`: the language orders numbers alone, Python's JMESPath texts, too.

use jmespath::{
    Context, ErrorReason, JmespathError, Rcvar, RuntimeError, Variable,
    ast::{Ast, Comparator},
    functions::{ArgumentType, CustomFunction, Function, Signature},
};

/// The functions that stand for them. No query can name one.
pub const FUNCTIONS: [(&str, Comparator); 4] = [
    ("<", Comparator::LessThan),
    ("<=", Comparator::LessThanEqual),
    (">", Comparator::GreaterThan),
    (">=", Comparator::GreaterThanEqual),
];

/// The comparison as a call of its function, if it has one.
pub fn call(ast: &Ast) -> Option<Ast> {
    let Ast::Comparison {
        offset,
        comparator,
        lhs,
        rhs,
    } = ast
    else {
        return None;
    };
    let (name, _) = FUNCTIONS.iter().find(|(_, it)| it == comparator)?;
    Some(Ast::Function {
        offset: *offset,
        name: (*name).to_owned(),
        args: vec![(**lhs).clone(), (**rhs).clone()],
    })
}

pub fn function(comparator: Comparator) -> Box<dyn Function> {
    let evaluate = move |args: &[Rcvar], context: &mut Context<'_>| {
        let (left, right) = (&*args[0], &*args[1]);
        let result = match (left, right) {
            (Variable::String(left), Variable::String(right)) => Some(match comparator {
                Comparator::LessThan => left < right,
                Comparator::LessThanEqual => left <= right,
                Comparator::GreaterThan => left > right,
                _ => left >= right,
            }),
            (Variable::String(_), Variable::Number(_))
            | (Variable::Number(_), Variable::String(_)) => {
                let fault = RuntimeError::InvalidType {
                    expected: left.get_type().to_string(),
                    actual: right.get_type().to_string(),
                    position: 1,
                };
                return Err(JmespathError::from_ctx(
                    context,
                    ErrorReason::Runtime(fault),
                ));
            }
            _ => left.compare(&comparator, right),
        };
        Ok(Rcvar::new(result.map_or(Variable::Null, Variable::Bool)))
    };
    let any = || ArgumentType::Any;
    let signature = Signature::new(vec![any(), any()], None);
    Box::new(CustomFunction::new(signature, Box::new(evaluate)))
}
