//! The same work for many things, a few at a time, with the results in the order of the things.

use std::collections::BTreeMap;

use tokio::task::JoinSet;

/// Runs `work` for each item, at most `width` at a time, and hands the results to `each` in the items' order. No more
/// than `width` of them wait for an earlier one, so that however many items there are, little memory is needed. Where
/// `each` fails, what is under way is dropped.
pub async fn in_order<I, R, F, E>(
    items: impl IntoIterator<Item = I>,
    width: usize,
    work: impl Fn(I) -> F,
    mut each: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E>
where
    F: Future<Output = R> + Send + 'static,
    R: Send + 'static,
{
    let mut items = items.into_iter().enumerate();
    let (mut next, mut done) = (0, BTreeMap::new());
    let mut running = JoinSet::new();
    loop {
        while let Some(result) = done.remove(&next) {
            each(result)?;
            next += 1;
        }
        // After what was done has been handed on: so nothing runs only where nothing is left.
        while running.len() + done.len() < width.max(1)
            && let Some((index, item)) = items.next()
        {
            let result = work(item);
            running.spawn(async move { (index, result.await) });
        }
        match running.join_next().await {
            Some(Ok((index, result))) => drop(done.insert(index, result)),
            // Nothing panics there, and nobody aborts it.
            Some(Err(_)) => {}
            None => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn results_come_in_order_and_few_are_under_way() {
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut seen = Vec::new();
        let work = |item: u64| {
            let (running, most) = (Arc::clone(&running), Arc::clone(&most));
            async move {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(if item.is_multiple_of(3) { 20 } else { 1 })).await;
                running.fetch_sub(1, Ordering::SeqCst);
                item
            }
        };
        let each = |item| {
            seen.push(item);
            Ok::<(), ()>(())
        };
        assert_eq!(in_order(0..20, 4, work, each).await, Ok(()));
        assert_eq!(seen, (0..20).collect::<Vec<_>>());
        assert_eq!(most.load(Ordering::SeqCst), 4);
    }

    #[tokio::test]
    async fn nothing_is_left_out_where_all_end_at_once() {
        for width in 1..5 {
            let mut seen = 0;
            let each = |_| {
                seen += 1;
                Ok::<(), ()>(())
            };
            assert_eq!(in_order(0..13, width, |item| async move { item }, each).await, Ok(()));
            assert_eq!(seen, 13, "{width} at a time");
        }
    }

    #[tokio::test]
    async fn a_failure_ends_it() {
        let each = |item| if item == 3 { Err("three") } else { Ok(()) };
        assert_eq!(in_order(0.., 2, |item: u32| async move { item }, each).await, Err("three"));
    }
}
