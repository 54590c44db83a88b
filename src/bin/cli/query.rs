//! `--query`: a part of a reply, by JMESPath. The crate sorts the members of what it handles; the
//! AWS CLI keeps them in the API's order, and those that a query makes in the query's.
//! <https://jmespath.org/specification.html>

mod literals;
mod order;
mod ordering;

use std::sync::Arc;

use jmespath::{
    Context, Expression, JmespathError, Rcvar, Runtime, Variable,
    ast::Ast,
    functions::{ArgumentType, CustomFunction, Function, Signature},
};
use serde_json::{Number, Value};

use self::order::Order;
use crate::{error::Error, model::Operation};

/// A compiled query of one operation's replies.
pub struct Query {
    text: String,
    ast: Ast,
    order: Arc<Order>,
}

/// `*` on an object, which is no function of the language's own.
const MEMBERS: &str = "*";

impl Query {
    /// The error doesn't repeat the text.
    pub fn compile(text: &str, operation: &Operation) -> Result<Self, Error> {
        let text = literals::quoted(text);
        let mut ast = jmespath::parse(&text).map_err(|error| {
            let at = error.offset + 1;
            Error::Parameter(format!(
                "Bad value for --query: it isn't JMESPath at character {at}"
            ))
        })?;
        let mut order = Order::of(operation.output);
        prepare(&mut ast, &mut order);
        Ok(Self {
            text,
            ast,
            order: Arc::new(order),
        })
    }

    pub fn search(&self, reply: &Value) -> Result<Value, Error> {
        let runtime = self.runtime();
        let expression = Expression::new(self.text.as_str(), self.ast.clone(), &runtime);
        let found = expression.search(reply).map_err(|error| {
            let reason = error.reason;
            Error::Reply(format!(
                "The call was made. --query can't be applied to its reply: {reason}"
            ))
        })?;
        Ok(self.order.restored(&found))
    }

    /// The language's functions, those replaced that depend on the order or differ in Python.
    fn runtime(&self) -> Runtime {
        let mut runtime = Runtime::new();
        runtime.register_builtin_functions();
        for (name, is_always_whole) in [
            ("abs", false),
            ("ceil", true),
            ("floor", true),
            ("sum", false),
        ] {
            if let Some(builtin) = runtime.deregister_function(name) {
                runtime.register_function(name, whole(builtin, is_always_whole));
            }
        }
        if let Some(builtin) = runtime.deregister_function("avg") {
            runtime.register_function("avg", average(builtin));
        }
        for (name, comparator) in ordering::FUNCTIONS {
            runtime.register_function(name, ordering::function(comparator));
        }
        let object = || Signature::new(vec![ArgumentType::Object], None);
        let any = || Signature::new(vec![ArgumentType::Any], None);
        for (name, signature, function) in [
            (
                "keys",
                object(),
                Order::keys as fn(&Order, &Variable) -> Variable,
            ),
            ("values", object(), Order::values),
            (MEMBERS, any(), Order::values),
            ("to_string", any(), Order::string),
        ] {
            let order = Arc::clone(&self.order);
            let evaluate = move |args: &[Rcvar], _: &mut Context<'_>| {
                Ok(Rcvar::new(function(&order, &args[0])))
            };
            let function = CustomFunction::new(signature, Box::new(evaluate));
            runtime.register_function(name, Box::new(function));
        }
        runtime
    }
}

/// Notes the order of the members that a query makes, and has those of an object taken in order, and
/// texts compared.
fn prepare(ast: &mut Ast, order: &mut Order) {
    if let Ast::MultiHash { elements, .. } = ast {
        order.add(elements.iter().map(|it| it.key.clone()));
    }
    for child in children(ast) {
        prepare(child, order);
    }
    if let Some(call) = ordering::call(ast) {
        *ast = call;
    }
    if let Ast::ObjectValues { offset, node } = ast {
        *ast = Ast::Function {
            offset: *offset,
            name: MEMBERS.to_owned(),
            args: vec![(**node).clone()],
        };
    }
}

fn children(ast: &mut Ast) -> Vec<&mut Ast> {
    match ast {
        Ast::And { lhs, rhs, .. }
        | Ast::Comparison { lhs, rhs, .. }
        | Ast::Or { lhs, rhs, .. }
        | Ast::Projection { lhs, rhs, .. }
        | Ast::Subexpr { lhs, rhs, .. } => vec![lhs, rhs],
        Ast::Condition {
            predicate, then, ..
        } => vec![predicate, then],
        Ast::Expref { ast: node, .. }
        | Ast::Flatten { node, .. }
        | Ast::Not { node, .. }
        | Ast::ObjectValues { node, .. } => vec![node],
        Ast::Function { args: nodes, .. }
        | Ast::MultiList {
            elements: nodes, ..
        } => nodes.iter_mut().collect(),
        Ast::MultiHash { elements, .. } => elements.iter_mut().map(|it| &mut it.value).collect(),
        Ast::Field { .. }
        | Ast::Identity { .. }
        | Ast::Index { .. }
        | Ast::Literal { .. }
        | Ast::Slice { .. } => Vec::new(),
    }
}

/// The function, with a whole number where Python's has one.
fn whole(builtin: Box<dyn Function>, is_always_whole: bool) -> Box<dyn Function> {
    let evaluate = move |args: &[Rcvar], context: &mut Context<'_>| -> Result<_, JmespathError> {
        let result = builtin.evaluate(args, context)?;
        let is_whole = is_always_whole || args.iter().all(|arg| is_whole(arg));
        Ok(match result.as_number() {
            #[expect(clippy::cast_possible_truncation, reason = "it is a whole number")]
            Some(number) if is_whole => Rcvar::new(Variable::Number(Number::from(number as i64))),
            _ => result,
        })
    };
    Box::new(evaluate)
}

/// The function, with null for the average of nothing.
fn average(builtin: Box<dyn Function>) -> Box<dyn Function> {
    let evaluate = move |args: &[Rcvar], context: &mut Context<'_>| match args {
        [items] if items.as_array().is_some_and(Vec::is_empty) => Ok(Rcvar::new(Variable::Null)),
        args => builtin.evaluate(args, context),
    };
    Box::new(evaluate)
}

fn is_whole(value: &Variable) -> bool {
    match value {
        Variable::Number(number) => !number.is_f64(),
        Variable::Array(items) => items.iter().all(|item| is_whole(item)),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
